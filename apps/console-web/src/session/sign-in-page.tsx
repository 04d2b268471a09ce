import { Paper, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { Mark } from '../design/brand.js';
import { SignInForm } from './sign-in-form.js';
import './sign-in.css';

export function SignInPage(): ReactElement {
  useDocumentTitle('Sign in · Sluice');
  return (
    <main className="sign-in">
      <div className="sign-in-brand">
        <Mark size={44} />
        <h1>Sluice</h1>
        <p>Scans what your systems receive, and tells you what it found.</p>
      </div>
      <Paper className="card" p="xl" w="100%" maw={400} shadow="md">
        <SignInForm />
        <Text size="xs" c="dimmed" mt="lg">
          On a new installation the user is <strong>admin</strong>; <code>npm start</code> shows the password
          once and keeps it in the file <code>admin-password</code> of its state directory. It is changed at
          the first sign-in.
        </Text>
      </Paper>
    </main>
  );
}
