/** An expected refusal, ready for the wire: `{"error": code, "message": advice, "fields"?: {field: advice}}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    /** A stable word. */
    readonly code: string,
    message: string,
    readonly extra: {
      readonly fields?: Readonly<Record<string, string>>;
      readonly retryAfterSeconds?: number;
    } = {},
  ) {
    super(message);
  }
}

export const badRequest = (message: string, fields?: Record<string, string>): ApiError =>
  new ApiError(400, 'BadRequest', message, fields === undefined ? {} : { fields });
export const unauthorized = (
  message = 'sign in, or send a valid API token',
  fields?: Record<string, string>,
): ApiError => new ApiError(401, 'Unauthorized', message, fields === undefined ? {} : { fields });
export const forbidden = (message: string): ApiError => new ApiError(403, 'Forbidden', message);
export const passwordChangeNeeded = (): ApiError =>
  new ApiError(
    403,
    'PasswordChangeNeeded',
    'someone else knows this password; change it first: PUT /api/session/password',
  );
export const notFound = (what: string): ApiError => new ApiError(404, 'NotFound', `no such ${what}`);
export const conflict = (message: string, fields?: Record<string, string>): ApiError =>
  new ApiError(409, 'Conflict', message, fields === undefined ? {} : { fields });
export const tooManyRequests = (message: string, retryAfterSeconds: number): ApiError =>
  new ApiError(429, 'TooManyRequests', message, { retryAfterSeconds });
export const unavailable = (message: string): ApiError =>
  new ApiError(503, 'ServiceUnavailable', message, { retryAfterSeconds: 2 });
