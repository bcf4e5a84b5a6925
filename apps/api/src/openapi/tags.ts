/** Tags in the order in which an integrator meets them. */
export const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['campaigns', 'Campaigns and what they do'],
  ['contacts', 'The people a campaign calls'],
  ['imports', 'Files of contacts and of numbers that must not be called'],
  ['calls', 'What the provider did'],
  ['do not call', 'Numbers that are never called'],
  ['consents', 'Who has agreed to be called'],
  ['people', 'What is stored of a person'],
  ['telephony', 'Accounts with providers and the numbers that calls come from'],
  ['api keys', 'For programs'],
  ['auth', 'Users and their tokens'],
  ['users', 'Who belongs to the tenant, and who is invited'],
  ['tenant', 'The business that the user belongs to'],
  ['audit log', 'Who did what'],
  ['health', 'For load balancers and supervisors'],
];
