import { Anchor } from '@mantine/core';
import { lazy, type ReactElement } from 'react';
import { Link, Redirect, Route, Switch } from 'wouter';
import { PageHead } from '../design/page-head.js';

/** Each page is a file of its own, loaded when it is first opened. */
const DashboardPage = lazy(() =>
  import('../dashboard/dashboard-page.js').then((it) => ({ default: it.DashboardPage })),
);
const ExternalSystemsPage = lazy(() =>
  import('../external-systems/external-systems-page.js').then((it) => ({
    default: it.ExternalSystemsPage,
  })),
);
const SystemPage = lazy(() =>
  import('../external-systems/system-page.js').then((it) => ({ default: it.SystemPage })),
);
const AlertsPage = lazy(() => import('../alerts/alerts-page.js').then((it) => ({ default: it.AlertsPage })));
const AlertPage = lazy(() => import('../alerts/alert-page.js').then((it) => ({ default: it.AlertPage })));
const ScansPage = lazy(() => import('../scans/scans-page.js').then((it) => ({ default: it.ScansPage })));
const ScanPage = lazy(() => import('../scans/scan-page.js').then((it) => ({ default: it.ScanPage })));
const QuarantinePage = lazy(() =>
  import('../quarantine/quarantine-page.js').then((it) => ({ default: it.QuarantinePage })),
);
const FailedJobsPage = lazy(() =>
  import('../failed-jobs/failed-jobs-page.js').then((it) => ({ default: it.FailedJobsPage })),
);
const HealthPage = lazy(() => import('../health/health-page.js').then((it) => ({ default: it.HealthPage })));
const SettingsPage = lazy(() =>
  import('../settings/settings-page.js').then((it) => ({ default: it.SettingsPage })),
);
const ChannelsPage = lazy(() =>
  import('../notifications/channels/channels-page.js').then((it) => ({ default: it.ChannelsPage })),
);
const RulesPage = lazy(() =>
  import('../notifications/rules/rules-page.js').then((it) => ({ default: it.RulesPage })),
);
const RulePage = lazy(() =>
  import('../notifications/rules/rule-page.js').then((it) => ({ default: it.RulePage })),
);
const DeliveriesPage = lazy(() =>
  import('../notifications/deliveries/deliveries-page.js').then((it) => ({ default: it.DeliveriesPage })),
);
const OperatorsPage = lazy(() =>
  import('../operators/operators-page.js').then((it) => ({ default: it.OperatorsPage })),
);
const AuditPage = lazy(() => import('../audit/audit-page.js').then((it) => ({ default: it.AuditPage })));
const ProfilePage = lazy(() =>
  import('../session/profile/profile-page.js').then((it) => ({ default: it.ProfilePage })),
);

export function PageRoutes(): ReactElement {
  return (
    <Switch>
      <Route path="/" component={DashboardPage} />
      <Route path="/external-systems" component={ExternalSystemsPage} />
      <Route path="/external-systems/:id" component={SystemPage} />
      <Route path="/alerts" component={AlertsPage} />
      <Route path="/alerts/:id" component={AlertPage} />
      <Route path="/scans" component={ScansPage} />
      <Route path="/scans/:id" component={ScanPage} />
      <Route path="/quarantine" component={QuarantinePage} />
      <Route path="/failed-jobs" component={FailedJobsPage} />
      <Route path="/health" component={HealthPage} />
      <Route path="/notifications">
        <Redirect to="/notifications/channels" replace />
      </Route>
      <Route path="/notifications/channels" component={ChannelsPage} />
      <Route path="/notifications/rules" component={RulesPage} />
      <Route path="/notifications/rules/:id" component={RulePage} />
      <Route path="/notifications/deliveries" component={DeliveriesPage} />
      <Route path="/settings" component={SettingsPage} />
      <Route path="/operators" component={OperatorsPage} />
      <Route path="/audit" component={AuditPage} />
      <Route path="/profile" component={ProfilePage} />
      <Route component={NoSuchPage} />
    </Switch>
  );
}

function NoSuchPage(): ReactElement {
  return (
    <PageHead title="No such page">
      Nothing is at this address.{' '}
      <Anchor component={Link} href="/" inherit underline="always">
        Go to the dashboard
      </Anchor>
    </PageHead>
  );
}
