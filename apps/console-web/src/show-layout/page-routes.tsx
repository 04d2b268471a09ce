import { Anchor } from '@mantine/core';
import { lazy, type ReactElement } from 'react';
import { Link, Route, Switch } from 'wouter';
import { PageHead } from './page-head.js';

/** Each page is a file of its own, loaded when it is first opened. */
const ExternalSystemsPage = lazy(() =>
  import('../accept-external-systems/external-systems-page.js').then((it) => ({
    default: it.ExternalSystemsPage,
  })),
);

export function PageRoutes(): ReactElement {
  return (
    <Switch>
      <Route path="/external-systems" component={ExternalSystemsPage} />
      <Route component={NoSuchPage} />
    </Switch>
  );
}

function NoSuchPage(): ReactElement {
  return (
    <PageHead title="No such page">
      Nothing is at this address.{' '}
      <Anchor component={Link} href="/">
        Go to the dashboard
      </Anchor>
    </PageHead>
  );
}
