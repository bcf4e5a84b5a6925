export type LinkPurpose = 'invitation' | 'password_reset';

/** Returns the address of the page that a person opens. The part after # stays out of the logs of servers. */
export function accountLinkUrl(page: string, { purpose, token }: { purpose: LinkPurpose; token: string }): string {
  return `${page}#purpose=${purpose}&token=${token}`;
}
