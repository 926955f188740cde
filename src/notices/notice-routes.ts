import type { Route } from '../api/route.js';
import { noticeActingRoutes, type NoticeActingDeps } from './notice-acting-routes.js';
import { noticeReadingRoutes } from './notice-reading-routes.js';

export type NoticeRoutesDeps = NoticeActingDeps;

/** Maintenance windows and what is announced of them. */
export const noticeRoutes = (deps: NoticeRoutesDeps): readonly Route[] => [
  ...noticeReadingRoutes(deps),
  ...noticeActingRoutes(deps),
];
