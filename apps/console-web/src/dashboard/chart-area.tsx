import { SimpleGrid, Skeleton } from '@mantine/core';
import type { ServiceInstance, Statistics } from '@sluice/console-api';
import { lazy, Suspense, useMemo, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { joinMarks, markCauses, numberCauses } from './cause-marks.js';
import { CausesInRange } from './causes-in-range.js';
import { gatherChanges, markChanges } from './chart-changes.js';
import type { ChartRange } from './chart-range.js';
import { fillSteps } from './fill-steps.js';
import type { ChartContext } from './time-chart.js';
import { useCausesIn, useLoad, useSettingChanges } from './use-statistics.js';

const Charts = lazy(() => import('./charts.js').then((it) => ({ default: it.Charts })));

interface Props {
  readonly range: ChartRange;
  readonly statistics: Statistics | undefined;
  /** The page says why; there is nothing to draw. */
  readonly hasFailed: boolean;
  readonly instances: readonly ServiceInstance[];
  readonly onZoom: ChartContext['onZoom'];
}

/** All charts of a range and, beside the last of them, what was wrong in it. */
export function ChartArea(props: Props): ReactElement | null {
  const { range, statistics, hasFailed, instances, onZoom } = props;
  const [, navigate] = useLocation();
  const load = useLoad(range);
  const causes = useCausesIn(range);
  const settings = useSettingChanges(range);
  const points = useMemo(
    () => (statistics === undefined ? [] : fillSteps(statistics, load.data)),
    [statistics, load.data],
  );
  const numbered = useMemo(() => numberCauses(causes.data?.items ?? []), [causes.data]);
  // As high as the charts, so that nothing jumps when they come.
  const placeholder = (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      {[0, 1, 2, 3, 4, 5, 6, 7].map((index) => (
        <Skeleton key={index} height={302} radius="lg" />
      ))}
    </SimpleGrid>
  );
  if (statistics === undefined) return hasFailed ? null : placeholder;
  const { stepSeconds } = statistics;
  const entries = settings.data?.items ?? [];
  const changes = gatherChanges({ instances, entries }, points, stepSeconds);
  const marks = joinMarks([...markCauses(numbered, points, stepSeconds), ...markChanges(changes)]);
  return (
    <Suspense fallback={placeholder}>
      <Charts
        context={{ points, stepSeconds, marks, onGo: navigate, onZoom }}
        last={
          <CausesInRange
            causes={causes.data === undefined ? null : numbered}
            changes={changes}
            causesProblem={causes.isError ? causes.error : null}
            problem={settings.isError ? settings.error : null}
          />
        }
      />
    </Suspense>
  );
}
