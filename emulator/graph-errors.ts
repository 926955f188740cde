import { newTraceId } from './ids.js';

interface ErrorRow {
  readonly http: number;
  readonly title: string;
  readonly type?: 'OAuthException' | 'GraphMethodException';
  readonly transient?: boolean;
}

/** Every error the emulator gives by itself: code, HTTP status, title (reference §9). Another code may be asked for by a
 *  fault; it then takes the HTTP status the fault names. */
export const GRAPH_ERRORS: Readonly<Record<number, ErrorRow>> = {
  0: { http: 401, title: 'AuthException' },
  1: { http: 400, title: 'API Unknown' },
  2: { http: 503, title: 'API Service', transient: true },
  3: { http: 500, title: 'API Method' },
  4: { http: 400, title: 'API Too Many Calls', transient: true },
  10: { http: 403, title: 'Permission Denied' },
  33: { http: 400, title: 'Parameter value is not valid' },
  100: { http: 400, title: 'Invalid parameter' },
  190: { http: 401, title: 'Error validating access token' },
  368: { http: 403, title: 'Temporarily blocked for policies violations' },
  2200: { http: 400, title: 'Callback verification failed' },
  2500: { http: 400, title: 'Unknown path components' },
  80007: { http: 400, title: 'Rate limit issues' },
  130429: { http: 429, title: 'Rate limit hit' },
  130403: { http: 400, title: 'User is blocked by this business' },
  130472: { http: 400, title: "User's number is part of an experiment" },
  130497: { http: 403, title: 'Business account is restricted from messaging users in this country' },
  131000: { http: 500, title: 'Something went wrong' },
  131005: { http: 403, title: 'Access denied' },
  131008: { http: 400, title: 'Required parameter is missing' },
  131009: { http: 400, title: 'Parameter value is not valid' },
  131016: { http: 500, title: 'Service unavailable' },
  131021: { http: 400, title: 'Recipient cannot be sender' },
  131026: { http: 400, title: 'Message undeliverable' },
  131030: { http: 400, title: 'Recipient phone number not in allowed list' },
  131031: { http: 403, title: 'Account has been locked' },
  131042: { http: 400, title: 'Business eligibility payment issue' },
  131045: { http: 500, title: 'Incorrect certificate' },
  131047: { http: 400, title: 'Re-engagement message' },
  131048: { http: 400, title: 'Spam rate limit hit' },
  131049: { http: 400, title: 'This message was not delivered to maintain healthy ecosystem engagement' },
  131050: { http: 400, title: 'User has stopped marketing messages from this business' },
  131051: { http: 400, title: 'Unsupported message type' },
  131052: { http: 400, title: 'Media download error' },
  131053: { http: 400, title: 'Media upload error' },
  131056: { http: 400, title: 'Pair rate limit hit' },
  131057: { http: 500, title: 'Account in maintenance mode' },
  131062: { http: 400, title: 'Message cannot be sent to a business-scoped user id' },
  132000: { http: 400, title: 'Template param count mismatch' },
  132001: { http: 404, title: 'Template does not exist' },
  132005: { http: 400, title: 'Template hydrated text too long' },
  132012: { http: 400, title: 'Template parameter format mismatch' },
  132015: { http: 400, title: 'Template is paused' },
  132016: { http: 400, title: 'Template is disabled' },
  132018: { http: 400, title: 'Template parameters are not valid' },
  133004: { http: 503, title: 'Server temporarily unavailable' },
  133010: { http: 400, title: 'Phone number not registered' },
  131064: { http: 400, title: 'Messaging limit reduced' },
  131059: { http: 400, title: 'Paging cursor is not valid' },
  139100: { http: 400, title: 'Failed to block or unblock some users' },
  139101: { http: 400, title: 'The block list is full' },
  2388019: { http: 400, title: 'Template limit exceeded' },
  2388040: { http: 400, title: 'Character limit exceeded' },
  2388047: { http: 400, title: 'Message header format is incorrect' },
  2388073: { http: 400, title: 'Message footer format is incorrect' },
  2388293: { http: 400, title: 'Too many variables for the length of the text' },
  2388299: { http: 400, title: 'Variables cannot be at the start or end of the template' },
};

/** A refusal, ready to be answered over HTTP or told in a `failed` status. */
export interface GraphError {
  readonly code: number;
  readonly http: number;
  readonly title: string;
  readonly details: string;
  readonly type: string;
  readonly subcode?: number;
  readonly transient?: boolean;
  /** members of the answer beside `error` */
  readonly more?: Record<string, unknown>;
}

/** @param code one of Meta's @param details the sentence under `error_data.details`
 *  @param over what a fault or a caller wants otherwise than the table has it */
export function graphError(code: number, details: string, over: Partial<GraphError> = {}): GraphError {
  const row = GRAPH_ERRORS[code];
  return {
    code,
    http: row?.http ?? 400,
    title: row?.title ?? 'Error',
    details,
    type: row?.type ?? 'OAuthException',
    ...(row?.transient ? { transient: true } : {}),
    ...over,
  };
}

/** The JSON Meta answers with (reference §6.1): message, type, code, error_data, fbtrace_id. */
export function graphErrorBody(error: GraphError): Record<string, unknown> {
  // Codes below 1000 are the Graph API's own: their message says the particular thing and they carry no error_data.
  const own = error.code < 1000 || error.code === 2500 || error.code === 2200;
  return {
    error: {
      message:
        error.code === 190 || error.subcode === 33
          ? error.details
          : `(#${error.code}) ${own ? error.details : error.title}`,
      type: error.type,
      code: error.code,
      ...(error.subcode === undefined ? {} : { error_subcode: error.subcode }),
      ...(error.transient ? { is_transient: true } : {}),
      ...(own ? {} : { error_data: { messaging_product: 'whatsapp', details: error.details } }),
      fbtrace_id: newTraceId(),
    },
    ...error.more,
  };
}

/** The same refusal as an element of `statuses[].errors` (reference §4.1). */
export function webhookError(error: GraphError): Record<string, unknown> {
  return {
    code: error.code,
    title: error.title,
    message: error.title,
    error_data: { details: error.details },
    href: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes',
  };
}
