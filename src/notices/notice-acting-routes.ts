import { z } from 'zod';
import { wrongFields, wrongMoment } from '../api/problem.js';
import { defineRoute, type Answer, type Call, type Route } from '../api/route.js';
import {
  approve,
  cancel,
  change,
  isAlive,
  makeNotice,
  MAX_CHANGES,
  pause,
  propose,
  resume,
  type ActFacts,
  type Changed,
  type WholeNotice,
} from './acts.js';
import { dryRun, missingTemplates, type DryRun } from './dry-run.js';
import { noticeReader, type NoticeReadingDeps } from './notice-reading-routes.js';
import { NewNotice, Notice, NoticeChange, shownPlan } from './notice-shape.js';
import type { NoticePlan, NoticeState } from './notice.js';
import { readPlan } from './read-plan.js';

export type NoticeActingDeps = NoticeReadingDeps & {
  readonly newId: (now: number) => string;
  /** More people than this need the approval of somebody other than the maker and the last changer. */
  readonly secondApprovalAbove: number;
  /** A notice was changed: wakes the runner and the dispatcher of this process. */
  readonly changed: () => void;
};

const Id = z.object({ id: z.string() });
const Anything = z.looseObject({});

type Body = Record<string, unknown>;
type NoticeCall<Given = unknown> = Call<{ id: string }, unknown, Given>;

/** What operators do to notices: each act is answered with the notice as it is then, and is an entry of the audit. */
export const noticeActingRoutes = (deps: NoticeActingDeps): readonly Route[] => {
  const reader = noticeReader(deps);

  const facts = ({ now, operator }: Pick<Call<unknown, unknown, unknown>, 'now' | 'operator'>): ActFacts => ({
    now,
    by: operator.id,
    newId: () => deps.newId(now),
    quiet: deps.quiet,
    companyZone: deps.companyZone,
  });

  const planOf = (body: Body, before: NoticePlan | undefined, now: number): NoticePlan => {
    const read = readPlan(body, before, { now, timeZone: deps.companyZone });
    if (read.kind === 'wrong') throw wrongFields(read.faults);
    return read.plan;
  };

  /** The answer to an act: what it changed, with its entry in the audit. */
  const done = async (
    call: NoticeCall,
    action: string,
    changed: Changed,
    more: { readonly before?: unknown; readonly after?: unknown } = {},
  ): Promise<Answer> => ({
    body: await reader.shown(changed, call.now),
    ops: [...changed.ops, call.audit({ action, target: `notice:${changed.notice.id}`, ...more })],
    afterwards: deps.changed,
  });

  const unchanged = async (whole: WholeNotice, now: number): Promise<Answer> => ({
    body: await reader.shown(whole, now),
  });

  /** An act that leads from some states to one: from that one it changes nothing, from any other it is the wrong moment. */
  const act = (
    name: string,
    summary: string,
    to: readonly NoticeState[],
    from: (state: NoticeState, whole: WholeNotice) => boolean,
    changeIt: (whole: WholeNotice, given: ActFacts) => Changed,
  ) =>
    defineRoute({
      method: 'post',
      path: `/notices/{id}/${name}`,
      tag: 'Notices',
      role: 'broadcaster',
      summary,
      params: Id,
      answers: [{ status: 200, description: 'As it is now', schema: Notice }],
      handler: async (call) => {
        const { whole, state } = await reader.look(call.params.id, call.now);
        if (to.includes(state)) return unchanged(whole, call.now);
        if (!from(state, whole)) throw wrongMoment(`a notice that is ${state} cannot be changed so`);
        const changed = changeIt(whole, facts(call));
        return done(call as NoticeCall, `notice.${name}`, changed, {
          before: { state },
          after: { state: changed.notice.state },
        });
      },
    });

  /** @throws Refusal 409 where the plan must not be carried out as it is */
  const checkApproval = async (
    whole: WholeNotice,
    call: NoticeCall<{ evenIfLate?: boolean | undefined }>,
  ): Promise<DryRun> => {
    const { notice } = whole;
    const missing = await missingTemplates(deps.wordings, notice);
    if (missing.length > 0)
      throw wrongMoment(
        `${missing.length} of the templates it may need cannot be used: ${missing.map(({ name, language }) => `${name} (${language})`).join(', ')}`,
      );
    const run = await dryRun(deps, whole, call.now);
    const isOwn = [notice.madeBy, notice.changedBy].includes(call.operator.id);
    if (run.willGet > deps.secondApprovalAbove && isOwn)
      throw wrongMoment('so many people need the approval of somebody other than its maker and its last changer');
    if (!run.isInTime && call.body.evenIfLate !== true)
      throw wrongMoment('not everybody can have it while it is true; approve it with evenIfLate, or change it');
    return run;
  };

  const approval = async (call: NoticeCall<{ evenIfLate?: boolean | undefined }>): Promise<Answer> => {
    const { whole, state } = await reader.look(call.params.id, call.now);
    const { notice } = whole;
    if (notice.proposed && state !== 'done' && state !== 'cancelled') {
      if (notice.proposed.by === call.operator.id)
        throw wrongMoment('a change to so many people needs the approval of another operator');
      const { plan, by } = notice.proposed;
      if (plan.endsAt <= call.now) throw wrongMoment('the window that was proposed is over');
      const changed = change(whole, plan, { ...facts(call), by });
      return done(call, 'notice.approve', changed, { before: shownPlan(notice.plan), after: shownPlan(plan) });
    }
    if (state === 'approved' || state === 'underWay') return unchanged(whole, call.now);
    if (state !== 'draft') throw wrongMoment(`a notice that is ${state} cannot be approved`);
    if (notice.endsAt <= call.now) throw wrongMoment('the window is over');
    const run = await checkApproval(whole, call);
    const evenIfLate = call.body.evenIfLate === true;
    const changed = approve(whole, { evenIfLate, timeZones: run.timeZones }, facts(call));
    return done(call, 'notice.approve', changed, { before: { state }, after: { state: 'approved', evenIfLate } });
  };

  const changing = async (call: NoticeCall<Body>): Promise<Answer> => {
    const { whole, state } = await reader.look(call.params.id, call.now);
    const { notice } = whole;
    if (state === 'done' || state === 'cancelled') throw wrongMoment(`a notice that is ${state} cannot be changed`);
    const plan = planOf(call.body, notice.plan, call.now);
    if (isSamePlan(plan, notice.plan)) return unchanged(whole, call.now);
    if (notice.history.length >= MAX_CHANGES)
      throw wrongMoment(`it was changed ${MAX_CHANGES} times: cancel it and make another`);
    const more = { before: shownPlan(notice.plan), after: shownPlan(plan) };
    if (notice.state !== 'draft') {
      const missing = await missingTemplates(deps.wordings, { ...notice, plan });
      if (missing.length > 0) throw wrongMoment('templates that the changed notice may need cannot be used');
      const { willGet } = await dryRun(deps, { ...whole, notice: { ...notice, plan } }, call.now);
      if (willGet > deps.secondApprovalAbove)
        return done(call, 'notice.propose', propose(whole, plan, facts(call)), more);
    }
    return done(call, 'notice.change', change(whole, plan, facts(call)), more);
  };

  return [
    defineRoute({
      method: 'post',
      path: '/notices',
      tag: 'Notices',
      role: 'agent',
      summary: 'Drafts a notice; nothing leaves before it is approved',
      body: Anything,
      bodyShown: NewNotice,
      answers: [{ status: 201, description: 'The draft', schema: Notice }],
      handler: async (call) => {
        const made = makeNotice(planOf(call.body, undefined, call.now), facts(call));
        const act = { action: 'notice.create', target: `notice:${made.notice.id}`, after: shownPlan(made.notice.plan) };
        return { status: 201, body: await reader.shown(made, call.now), ops: [...made.ops, call.audit(act)] };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/notices/{id}/approve',
      tag: 'Notices',
      role: 'broadcaster',
      summary: 'Lets it leave when it is due; or accepts the change that another operator proposed',
      params: Id,
      body: z.object({
        evenIfLate: z
          .boolean({ error: 'true or false' })
          .optional()
          .meta({ description: 'Though not everybody can have it while it is true.' }),
      }),
      answers: [{ status: 200, description: 'As it is now', schema: Notice }],
      handler: (call) => approval(call),
    }),
    act(
      'pause',
      'Nothing of it leaves any more until it is resumed',
      ['paused'],
      (state, { announcements: words }) =>
        state === 'approved' || state === 'underWay' || (state === 'done' && words.some(isAlive)),
      (whole) => pause(whole),
    ),
    act(
      'resume',
      'Goes on with what is still true',
      ['approved', 'underWay'],
      (state) => state === 'paused',
      (whole, given) => resume(whole, given),
    ),
    act(
      'cancel',
      'The work is off: whoever heard of it hears that',
      ['cancelled'],
      (state) => state !== 'done',
      (whole, given) => cancel(whole, given),
    ),
    defineRoute({
      method: 'post',
      path: '/notices/{id}/change',
      tag: 'Notices',
      role: 'broadcaster',
      summary: 'Edits a draft, or moves an approved window: whoever heard of it hears of the change',
      params: Id,
      body: Anything,
      bodyShown: NoticeChange,
      answers: [{ status: 200, description: 'As it is now, or with the change as proposed', schema: Notice }],
      handler: (call) => changing(call as NoticeCall<Body>),
    }),
  ];
};

const isSamePlan = (one: NoticePlan, other: NoticePlan): boolean => canonical(one) === canonical(other);
const canonical = (plan: NoticePlan): string =>
  JSON.stringify([
    ...[plan.startsAt, plan.endsAt, plan.timeZone, plan.maxInterruptionMinutes, plan.site, plan.supportPhone],
    ...[plan.announce, plan.announceBefore, plan.audience.sites ?? null, plan.audience.tags ?? null, plan.urgent],
  ]);
