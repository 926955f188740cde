import type { Router } from 'express';
import type { Emulator } from '../../emulator.js';
import { graphError } from '../../graph-errors.js';
import { onNumber, type Json } from '../on-object.js';
import type { Account } from './account.js';

/** What a chat may offer before anything is written (reference §7.7). */
const LIMITS = { prompts: 4, promptLength: 80, commands: 30, nameLength: 32, hintLength: 256 } as const;
const EMOJI = /\p{Extended_Pictographic}/u;

/** `/{phone_number_id}/conversational_automation`: ice breakers and slash commands. What is tapped arrives as plain text. */
export function automationRoutes(emulator: Emulator, router: Router): void {
  const { account } = emulator;
  onNumber(emulator, router, 'post', 'conversational_automation', ({ body, query }) => {
    const asked = { ...query, ...body } as Json;
    const read = readAutomation(asked, account.automation);
    if (typeof read === 'string') return graphError(100, read);
    account.automation = read;
    emulator.snapshot.touch();
    emulator.events.emit('automation', read);
    return { success: true };
  });
}

/** @returns what the number has from now on, or a sentence that says what is wrong */
function readAutomation(asked: Json, before: Account['automation']): Account['automation'] | string {
  const prompts = asked['prompts'] === undefined ? before.prompts : listOf(asked['prompts']);
  const commands = asked['commands'] === undefined ? before.commands : listOf(asked['commands']);
  const welcome = asked['enable_welcome_message'] ?? before.enable_welcome_message;
  if (!prompts || prompts.length > LIMITS.prompts) return `Param prompts must have at most ${LIMITS.prompts} elements.`;
  const badPrompt = prompts.find(
    (each) => typeof each !== 'string' || each === '' || each.length > LIMITS.promptLength,
  );
  if (badPrompt !== undefined) return `An ice breaker must have 1 to ${LIMITS.promptLength} characters.`;
  if (!commands || commands.length > LIMITS.commands)
    return `Param commands must have at most ${LIMITS.commands} elements.`;
  for (const each of commands as Json[]) {
    const { command_name: name, command_description: hint } = each;
    if (typeof name !== 'string' || name === '' || name.length > LIMITS.nameLength) {
      return `A command's name must have 1 to ${LIMITS.nameLength} characters.`;
    }
    if (typeof hint !== 'string' || hint === '' || hint.length > LIMITS.hintLength) {
      return `A command's description must have 1 to ${LIMITS.hintLength} characters.`;
    }
    if (EMOJI.test(name + hint)) return 'Commands may not have emoji.';
  }
  if ((prompts as string[]).some((each) => EMOJI.test(each))) return 'Ice breakers may not have emoji.';
  return {
    enable_welcome_message: welcome === true || welcome === 'true',
    prompts: prompts as string[],
    commands: commands as Account['automation']['commands'],
  };
}

// In a query a list stands as JSON.
function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? (parsed as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}
