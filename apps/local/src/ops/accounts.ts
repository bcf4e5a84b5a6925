import { accountCountries, type AccountCountries } from '#database/statements/telephony/telephony-accounts.js';
import { textTable } from '../demo/text-table.js';
import { done, UsageError, type OpsCommand } from './ops-command.js';

const HEAD = ['account', 'tenant', 'name', 'provider', 'countries'];

export const ACCOUNTS: OpsCommand = {
  name: 'accounts',
  usage: '',
  summary: "Lists tenants' telephony accounts, with the countries that may be called over each; changes nothing.",
  options: {},
  prepare({ positionals }) {
    if (positionals.length > 0) throw new UsageError(`accounts lists all of them: "${positionals[0]}" is too much.`);
    return async ({ database }) => {
      const accounts = await accountCountries(database);
      if (accounts.length === 0) return done('No tenant has a telephony account.');
      return done(textTable(HEAD, accounts.map(toRow), { hasTotals: false }));
    };
  },
};

function toRow({ id, tenant_id, name, provider, ...terms }: AccountCountries): string[] {
  return [id, tenant_id, name, provider, countriesOf(terms)];
}

function countriesOf({
  allowed_countries,
  default_country,
}: Pick<AccountCountries, 'allowed_countries' | 'default_country'>) {
  if (allowed_countries !== null) return allowed_countries.join(' ');
  return default_country === null ? 'none: the tenant has no default_country' : `${default_country} (default_country)`;
}
