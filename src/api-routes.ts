import type { Route } from './api/route.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import type { Keys } from './keys.js';
import { operatorRoutes } from './operators/operator-routes.js';
import type { CloudApi } from './platform/cloud-api.js';
import type { Engine } from './storage/engine.js';

/** Every capability's routes, with what each of them needs. */
export function apiRoutes(deps: {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly keys: Keys;
  readonly config: Config;
  readonly cloudApi: CloudApi | undefined;
  readonly nudge: () => void;
}): Route[] {
  return [...operatorRoutes({ engine: deps.engine, pepper: deps.keys.pepper })];
}
