import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles.css';
import './shell/layout.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.js';
import { readViewSettings } from './view-settings/view-settings.js';
import { App } from './shell/app.js';
import { readStyleNonce } from './shell/style-nonce.js';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
readViewSettings();
const nonce = readStyleNonce();
createRoot(root).render(
  <StrictMode>
    <App client={createQueryClient()} styleNonce={nonce} />
  </StrictMode>,
);
