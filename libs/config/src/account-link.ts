export type LinkPurpose = 'invitation' | 'password_reset';

/** The page that a person opens; what follows the # stays out of the logs of servers. */
export function accountLinkUrl(page: string, { purpose, token }: { purpose: LinkPurpose; token: string }): string {
  return `${page}#purpose=${purpose}&token=${token}`;
}
