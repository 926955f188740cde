// `npm run emulator`: the emulator alone, with the account `npm start` would give it. What is given on the command line
// or as EMULATOR_* in the environment comes first.
import { accountPath, keptAccount } from './account.mjs';
import { askedToEnd, startChild } from './child.mjs';
import { emulatorCommand, placesOf } from './places.mjs';
import { launch } from './prepare.mjs';

const STOP_LIMIT_MS = 3_000;

await launch(async () => {
  const { platformData } = placesOf(process.env);
  const { args, env } = emulatorCommand(process.env, await keptAccount(platformData));
  console.error(`account: ${accountPath(platformData)}`);
  const emulator = startChild('dist/emulator/main.js', { args: withDefaults(process.argv.slice(2), args), env });
  const first = await Promise.race([emulator.ended, askedToEnd()]);
  return first === 'asked' ? emulator.stop(STOP_LIMIT_MS) : first;
});

function withDefaults(given, defaults) {
  const missing = defaults.filter((_, at) => !given.includes(defaults[at - (at % 2)]));
  return [...missing, ...given];
}
