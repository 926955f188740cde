import { json, Router, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Emulator } from '../emulator.js';
import { guard } from './guard.js';
import { accountRoutes } from './account-routes.js';
import { deedRoutes } from './deed-routes.js';
import { mediaRoutes } from './media-routes.js';
import { openApi } from './openapi.js';
import { peopleRoutes } from './people-routes.js';
import { platformRoutes } from './platform-routes.js';
import { Refusal, type Call, type Route } from './route.js';
import { settingsRoutes } from './settings-routes.js';
import { templateRoutes } from './template-routes.js';

export const CONTROL_ROUTES: readonly Route[] = [
  ...peopleRoutes,
  ...deedRoutes,
  ...accountRoutes,
  ...mediaRoutes,
  ...templateRoutes,
  ...settingsRoutes,
  ...platformRoutes,
];

/** `/_emulator/…`: everything the phone page can do, and more (DESIGN: one side for the server, one for the phone). */
export function controlRoutes(emulator: Emulator): Router {
  const router = Router();
  router.use(guard(emulator.options.host));
  router.use(json({ limit: '8mb' }));
  router.get('/openapi.json', (_request, response) => void response.json(openApi(CONTROL_ROUTES)));

  for (const each of CONTROL_ROUTES) {
    router[each.method](each.path.replace(/\{(\w+)\}/g, ':$1'), async (request: Request, response: Response) => {
      const body = each.body ? each.body.safeParse(request.body ?? {}) : undefined;
      if (body && !body.success) throw new Refusal(422, z.prettifyError(body.error));
      const call = { emulator, params: request.params, query: request.query, body: body?.data, request, response };
      const answer = await each.handle(call as unknown as Call<never>);
      if (answer !== undefined) response.status(each.status ?? 200).json(answer);
    });
  }

  router.use((request: Request) => {
    throw new Refusal(404, `no such control: ${request.method} ${request.path}; see /_emulator/openapi.json`);
  });
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const known = error instanceof Refusal || (error instanceof Error && 'status' in error);
    if (!known)
      process.stderr.write(`emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    const status = known ? Number((error as { status: unknown }).status) : 500;
    response
      .status(status)
      .json({ error: known ? (error as Error).message : 'the emulator has a fault; see its stderr' });
  });
  return router;
}
