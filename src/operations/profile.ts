import { readFileSync } from 'node:fs';
import { readConfig } from '../config.js';
import { createCloudApi } from '../platform/graph-client.js';
import { profileToWire, readProfile } from '../platform/profile.js';
import { Refusal, run } from './program.js';

/* `npm run profile`: sets the ice breakers and commands of `templates/profile.json` at our number. Talks to Graph alone. */

const USAGE = 'npm run profile   sets the ice breakers and commands of templates/profile.json, in COMPANY_LANGUAGE';
const FILE = new URL('../../../templates/profile.json', import.meta.url);

async function profile(args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new Refusal(USAGE);
  const { account, graphUrl, graphVersion, companyLanguage } = readConfig(process.env);
  if (!account) throw new Refusal('There is no WhatsApp account in the settings: WHATSAPP_ACCESS_TOKEN and its like.');
  const read = readProfile(JSON.parse(readFileSync(FILE, 'utf8')));
  if (read.kind === 'faults')
    throw new Refusal(`templates/profile.json is not right:\n${read.faults.map((fault) => `  - ${fault}`).join('\n')}`);
  const offers = read.offers[companyLanguage];
  const graph = createCloudApi({ graphUrl, graphVersion, accessToken: () => account.accessToken });
  try {
    const path = `/${account.phoneNumberId}/conversational_automation`;
    const answer = await graph.request('post', path, profileToWire(offers));
    if (answer.kind === 'noAnswer')
      throw new Refusal('Graph did not answer: nobody knows whether it was set. Run it again.');
    if (answer.kind === 'refused')
      throw new Refusal(`Graph refused: ${answer.words} (error ${answer.code ?? 'unknown'})`);
    const names = offers.commands.map(({ name }) => `/${name}`).join(' ');
    console.log(`Set in ${companyLanguage}: ${offers.iceBreakers.length} ice breakers, commands ${names}`);
  } finally {
    await graph.close();
  }
}

await run(profile);
