/** The body is not the multipart/form-data it claims to be, or goes beyond its bounds. The message is advice for the caller. */
export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}
