import type { ReactElement, ReactNode } from 'react';

interface IconProps {
  readonly size?: number;
}

/** Drawn on a grid of 24, in the colour of the text around them. Decoration: words stand beside or in a label. */
const icon = (drawing: ReactNode) =>
  function Icon({ size = 18 }: IconProps): ReactElement {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {drawing}
      </svg>
    );
  };

export const DashboardIcon = icon(<path d="M4 20V11M10 20V4M16 20v-7M21 20H3M20.500 8.500v.01" />);
export const SystemsIcon = icon(
  <>
    <rect x="3" y="4" width="18" height="7" rx="2" />
    <rect x="3" y="13" width="18" height="7" rx="2" />
    <path d="M7 7.500h.01M7 16.500h.01M11 7.500h6M11 16.500h6" />
  </>,
);
export const AlertIcon = icon(<path d="M12 3 2.800 19.500h18.400L12 3ZM12 10v4.500M12 17.200v.01" />);
export const ScanIcon = icon(
  <path d="M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2M4 12h16" />,
);
export const QuarantineIcon = icon(
  <>
    <path d="M12 3 4.500 6v5.500c0 4.500 3 8 7.500 9.500 4.500-1.500 7.500-5 7.500-9.500V6L12 3Z" />
    <path d="M9.500 9v6M14.500 9v6" />
  </>,
);
export const FailedIcon = icon(
  <>
    <path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8l-5-5Z" />
    <path d="m10 12 4 4M14 12l-4 4" />
  </>,
);
export const HealthIcon = icon(<path d="M3 12h4l3 8 4-16 3 8h4" />);
export const SettingsIcon = icon(
  <>
    <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
    <circle cx="16" cy="7" r="2.500" />
    <circle cx="8" cy="17" r="2.500" />
  </>,
);
export const OperatorsIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.500" />
    <path d="M2.500 20c.6-3.600 3.200-5.500 6.500-5.500s5.900 1.900 6.500 5.500M16 4.700a3.500 3.500 0 0 1 0 6.600M18.500 14.800c1.700.9 2.700 2.600 3 5.200" />
  </>,
);
export const AuditIcon = icon(
  <>
    <rect x="5" y="4" width="14" height="17" rx="2" />
    <path d="M9 2.800h6V6H9zM9 11h6M9 15h4" />
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5 15H4.500A1.500 1.500 0 0 1 3 13.500v-9A1.500 1.500 0 0 1 4.500 3h9A1.500 1.500 0 0 1 15 4.500V5" />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.500 4.500 4.500L19 7.500" />);
export const CrossIcon = icon(<path d="M6 6l12 12M18 6 6 18" />);
export const ChevronDownIcon = icon(<path d="m6 9 6 6 6-6" />);
export const ChevronRightIcon = icon(<path d="m9 6 6 6-6 6" />);
export const RowsIcon = icon(<path d="M4 5h16M4 12h16M4 19h16" />);
export const ChevronLeftIcon = icon(<path d="m15 6-6 6 6 6" />);
export const DotsIcon = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" />);
export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6.500" />
    <path d="m20 20-4.200-4.200" />
  </>,
);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400" />
  </>,
);
export const MoonIcon = icon(
  <path d="M20.500 14.200A8.500 8.500 0 0 1 9.800 3.500a8.500 8.500 0 1 0 10.700 10.700Z" />,
);
export const UserIcon = icon(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.500 20.500c.8-4 3.800-6 7.500-6s6.700 2 7.500 6" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="8" cy="15.500" r="4.500" />
    <path d="m11.300 12.300 8.200-8.200M16 7.500l3 3M13.500 10l2 2" />
  </>,
);
export const LeaveIcon = icon(
  <path d="M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 16.500 19.500 12 15 7.500M19 12H9.500" />,
);
export const RefreshIcon = icon(
  <path d="M20 11a8 8 0 0 0-14.300-4L4 9M4 4.500V9h4.500M4 13a8 8 0 0 0 14.300 4l1.700-2M20 19.500V15h-4.500" />,
);
export const DownloadIcon = icon(<path d="M12 4v11M7.500 10.500 12 15l4.500-4.500M4.500 19.500h15" />);
export const KeyboardIcon = icon(
  <>
    <rect x="2.500" y="6" width="19" height="12" rx="2" />
    <path d="M6.500 10h.01M10.200 10h.01M13.900 10h.01M17.500 10h.01M7.500 14h9" />
  </>,
);
export const TrashIcon = icon(
  <path d="M4 6.500h16M9 6.500V4.500h6v2M6.500 6.500l.8 12a2 2 0 0 0 2 1.900h5.400a2 2 0 0 0 2-1.900l.8-12M10 11v5M14 11v5" />,
);
export const BookmarkIcon = icon(<path d="M7 4h10a1 1 0 0 1 1 1v15l-6-4-6 4V5a1 1 0 0 1 1-1Z" />);
export const BellIcon = icon(
  <path d="M18 15.500V10.500a6 6 0 1 0-12 0v5L4 18h16l-2-2.500ZM9.800 20.500a2.300 2.300 0 0 0 4.400 0" />,
);
export const SendIcon = icon(
  <path d="M20.500 3.500 10 14M20.500 3.500 14 20.500 10 14 3.500 10l17-6.500Z" />,
);
