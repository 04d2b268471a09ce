/** The user of an `amqp://` address: what the broker verifies the property `user-id` of each message against. */
export const loginOf = (url: string): string => decodeURIComponent(new URL(url).username) || 'guest';
