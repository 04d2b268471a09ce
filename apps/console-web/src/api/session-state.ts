import type { SessionAnswer } from '@sluice/console-api';
import { createState, useSharedState } from './create-state.js';

export type Session = SessionAnswer;

/**
 * `expired`: somebody was signed in and the server no longer knows the session. The page stays as it is, with all that
 * was typed, under a window that asks for the password.
 */
export type SessionState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'signed-in'; readonly session: Session }
  | { readonly kind: 'expired'; readonly session: Session };

export const sessionState = createState<SessionState>({ kind: 'unknown' });

/** The session of pages that are only shown to those who have one. */
export function useSession(): Session {
  const state = useSharedState(sessionState);
  if (state.kind === 'signed-in' || state.kind === 'expired') return state.session;
  throw new Error('a page for signed-in operators is shown without a session');
}

export const useIsAdministrator = (): boolean => useSession().role === 'administrator';
/** Auditors look and change nothing. */
export const useCanHandleAlerts = (): boolean => useSession().role !== 'auditor';
