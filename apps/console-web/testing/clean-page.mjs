import { afterEach } from 'vitest';
import { cleanup, configure } from '@testing-library/react';

// What a page does next is waited for; how long that takes on a busy machine says nothing.
configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
  localStorage.clear();
});
