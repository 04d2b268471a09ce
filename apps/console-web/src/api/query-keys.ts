/** First part of every query's key: what an event or a change makes old. */
export const queryKeys = {
  server: ['server'],
  externalSystems: ['external-systems'],
  settings: ['settings'],
  alerts: ['alerts'],
  scans: ['scans'],
  failedJobs: ['failed-jobs'],
  health: ['health'],
  statistics: ['statistics'],
  operators: ['operators'],
  tokens: ['tokens'],
  audit: ['audit'],
  views: ['views'],
  channels: ['notification-channels'],
  rules: ['notification-rules'],
  deliveries: ['notification-deliveries'],
  profile: ['profile'],
} as const;
