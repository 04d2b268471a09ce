import {
  type Operator,
  rawCall,
  rawForm,
  rawFormHeader,
  until,
  WireClient,
  type RawCall,
  type TestSystem,
} from '@sluice/tool-acceptance';

/** External systems that call as they like. */
export class WireCallers {
  constructor(
    private readonly system: TestSystem,
    private readonly operator: Operator,
  ) {}

  accepted = async (id: string): Promise<WireClient> =>
    (await WireClient.make(id)).becomeAccepted(this.operator, [this.system.gatewayUrl]);
  call = async (client: WireClient, what: Omit<RawCall, 'sensorId'> & { sensorId?: string }) => {
    const { status, body } = await rawCall(this.system.gatewayUrl, client.identity, {
      sensorId: client.id,
      ...what,
    });
    return { status, body };
  };
  submit = (client: WireClient, form: Parameters<typeof rawForm>[0]) =>
    this.call(client, { method: 'POST', path: '/scans', headers: [rawFormHeader], body: rawForm(form) });
  listed = async (client: WireClient, query = ''): Promise<{ scanId: string; state: string }[]> => {
    const { body } = await this.call(client, { path: `/scans/state${query}` });
    return (JSON.parse(body) as { scans: { scanId: string; state: string }[] }).scans;
  };
  finished = (client: WireClient) =>
    until(async () => (await this.listed(client)).every(({ state }) => state !== 'processing'), 90_000);
}
