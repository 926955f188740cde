import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { lookAfter } from '../test/means/caretaker.js';
import type { GraphQuestion, GraphSummary } from './graph-double.js';
import type { LoadPlan, LoadResult } from './load-generator.js';

/* The processes around the measured server, each told what to do over IPC and gone when this one is. */

function start(file: string, args: readonly string[] = []): ChildProcess {
  const child = fork(join(import.meta.dirname, file), [...args], { serialization: 'advanced', execArgv: [] });
  lookAfter(child);
  return child;
}

async function messageOf<Message>(child: ChildProcess): Promise<Message> {
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error(`a helper of the measurement ended (${child.spawnargs.at(1) ?? ''})`));
  child.once('exit', onExit);
  try {
    const [message] = (await once(child, 'message', { signal: ended.signal })) as [Message];
    return message;
  } finally {
    child.off('exit', onExit);
  }
}

export type BareHandler = { readonly port: number; readonly pid: number; stop(): void };

export async function startBareHandler(): Promise<BareHandler> {
  const child = start('bare-handler.js');
  const { port } = await messageOf<{ port: number }>(child);
  return { port, pid: child.pid ?? 0, stop: () => void child.kill() };
}

export type GraphDouble = {
  readonly port: number;
  ask(question: GraphQuestion['ask']): Promise<GraphSummary>;
  stop(): void;
};

/** @param answerMs how long Graph thinks about a send */
export async function startGraphDouble(answerMs: number): Promise<GraphDouble> {
  const child = start('graph-double.js', [String(answerMs)]);
  const { port } = await messageOf<{ port: number }>(child);
  return {
    port,
    ask(ask) {
      const answer = messageOf<GraphSummary>(child);
      child.send({ ask } satisfies GraphQuestion);
      return answer;
    },
    stop: () => void child.kill(),
  };
}

/** Prepares the load, calls `ready`, lets it loose. */
export async function generateLoad(plan: LoadPlan, ready: () => void = () => undefined): Promise<LoadResult> {
  const child = start('load-generator.js');
  await messageOf(child);
  const prepared = messageOf(child);
  child.send(plan);
  await prepared;
  ready();
  const result = messageOf<LoadResult>(child);
  child.send('go');
  try {
    return await result;
  } finally {
    child.kill();
  }
}
