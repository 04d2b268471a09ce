export { alertEvent, mailAlertEvent } from './alert-event.js';
