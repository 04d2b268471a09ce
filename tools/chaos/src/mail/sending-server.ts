import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';

/** The server of a sender: a Postfix that hands on whatever it is given to the one at this port, and asks again within seconds. */
export const startSendingServer = async (port: number): Promise<RealPostfix> =>
  RealPostfix.start({
    keys: await serverKeys(),
    mailboxes: [],
    settings: {
      // By its own name in a greeting Postfix knows a loop.
      myhostname: 'mail.example.com',
      relayhost: `[127.0.0.1]:${port}`,
      virtual_mailbox_domains: '',
      mynetworks: '127.0.0.0/8',
      smtpd_recipient_restrictions: 'permit_mynetworks, reject',
      smtp_tls_security_level: 'none',
      queue_run_delay: '1s',
      minimal_backoff_time: '1s',
      maximal_backoff_time: '5s',
    },
    services: 'smtp unix - - n - - smtp\n',
  });
