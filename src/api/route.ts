import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Act } from '../operators/audit.js';
import type { Operator, Role } from '../operators/operator.js';
import type { Op } from '../storage/engine.js';

/** A request that was let in: its parts have passed the route's schemas. */
export type Call<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly operator: Operator;
  readonly now: number;
  /** The entry for the audit, to be handed back among the answer's `ops`: it is committed together with the effect. */
  audit(act: Act): Op;
};

/** What a handler decides. It writes nothing by itself where one commit can hold it: `ops`, the audit entry and the answer kept for the
 *  `Idempotency-Key` are one commit, and a conflict runs the handler again. */
export type Answer = {
  /** One of the route's `answers`; the first when absent. */
  readonly status?: number;
  readonly body?: unknown;
  /** Bytes instead of a body: streamed, and handed out as an attachment that no browser opens by itself. */
  readonly file?: AnsweredFile;
  readonly ops?: readonly Op[];
  /** Whose data the body holds, so that an erasure takes the kept answer too. */
  readonly contactId?: string;
  /** The person's key, see `Engine.commit`. */
  readonly serial?: string;
  /** Done once the commit is durable: to wake a worker. */
  readonly afterwards?: () => void;
};

export type AnsweredFile = {
  readonly type: string;
  readonly name: string;
  readonly bytes: number;
  readonly stream: Readable;
};

export type RouteDefinition<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Under `/api/v1`, with `{name}` for parameters. */
  readonly path: string;
  /** The section of the page that shows the API. */
  readonly tag: string;
  readonly role: Role;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The body in the description, where `body` checks less than it says since single items are refused one by one. */
  readonly bodyShown?: z.ZodType;
  /** The route also takes `text/csv`, which `parse` turns into what `body` turns JSON into. */
  readonly csv?: { readonly parse: (text: string) => Promise<z.output<Body>>; readonly example: string };
  readonly maxBodyBytes?: number;
  /** The good answers by status, the usual one first. */
  readonly answers: readonly {
    readonly status: number;
    readonly description: string;
    readonly schema?: z.ZodType;
    readonly isFile?: true;
  }[];
  /** Refusals beyond those every route has, by status. */
  readonly refusals?: Readonly<Record<number, string>>;
  handler(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Answer> | Answer;
};

/** A route whose types are forgotten: what the router and the description work with. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a handler is contravariant in what its schemas give
export type Route = RouteDefinition<any, any, any>;

/** Declares a route; what is said about it and what it does stand together. */
export const defineRoute = <Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  route: RouteDefinition<Params, Query, Body>,
): Route => route;
