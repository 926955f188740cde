import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Emulator } from '../emulator.js';
import type { Person } from '../phone/people.js';

/** A refusal of the control API: `{error}` with a sentence that says what to do. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Call<Body> {
  readonly emulator: Emulator;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
}

/** One route of the control API: what the OpenAPI page says about it and what it does stand together. */
export interface Route {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** under `/_emulator`, with `{name}` for parameters */
  readonly path: string;
  readonly summary: string;
  readonly query?: readonly string[];
  readonly body?: z.ZodType;
  readonly status?: number;
  /** @returns what is answered; undefined when the handler has answered by itself */
  readonly handle: (call: Call<never>) => unknown;
}

/** Makes a route whose handler knows the type of its body. */
export const route = <Schema extends z.ZodType>(
  of: Omit<Route, 'handle' | 'body'> & {
    readonly body?: Schema;
    readonly handle: (call: Call<z.output<Schema>>) => unknown;
  },
): Route => of as unknown as Route;

/** @throws Refusal 404 */
export function personOf(emulator: Emulator, id: string | undefined): Person {
  const person = emulator.people.get(id ?? '');
  if (!person) throw new Refusal(404, `there is no person with the id ${id}`);
  return person;
}

/** Turns the sentence a part of the emulator gave instead of a result into a 409. */
export function orRefuse<T>(result: T | string): T {
  if (typeof result === 'string') throw new Refusal(409, result);
  return result;
}

export const wholeNumber = (text: string | undefined, otherwise: number, max: number): number => {
  const value = Number(text ?? otherwise);
  return Number.isInteger(value) && value >= 0 ? Math.min(value, max) : otherwise;
};
