/** A policy as a gateway hands it on; the version grows with each change. */
export interface ChosenPolicy<Policy> {
  readonly version: number;
  readonly policy: Policy;
}

export interface ChosenEvents {
  /** Null: from here on there is none, and the options hold. */
  readonly onVersion: (version: number | null) => void;
  /** The policy cannot be understood; what held before holds on. */
  readonly onFault: (error: unknown) => void;
}

interface ChosenDeps<Settings, Policy> extends ChosenEvents {
  /** The listener's options: what holds where an administrator chose nothing. */
  readonly options: Settings;
  /** Of an answer to `GET /scans/filters`, which older gateways give without it. Throws when it is not understood. */
  readonly read: (filters: unknown) => ChosenPolicy<Policy> | null;
  readonly overlay: (options: Settings, policy: Policy) => Settings;
}

/**
 * The policy an administrator chose in the console, over a listener's options. What was chosen last holds while gateways
 * are away; a sensor that is started meanwhile knows only its options.
 */
export class ChosenSettings<Settings, Policy> {
  private version: number | null = null;
  private isFaulty = false;
  private settings: Settings;

  constructor(private readonly deps: ChosenDeps<Settings, Policy>) {
    this.settings = deps.options;
  }

  get current(): Settings {
    return this.settings;
  }

  /** `filters`: what a gateway answered to this sensor while it is accepted. */
  learn(filters: unknown): void {
    try {
      const chosen = this.deps.read(filters);
      if ((chosen?.version ?? null) !== this.version) this.take(chosen);
      this.isFaulty = false;
    } catch (error) {
      // Learned every few seconds: said once.
      if (!this.isFaulty) this.deps.onFault(error);
      this.isFaulty = true;
    }
  }

  private take(chosen: ChosenPolicy<Policy> | null): void {
    const { options, overlay, onVersion } = this.deps;
    this.settings = chosen === null ? options : overlay(options, chosen.policy);
    this.version = chosen?.version ?? null;
    onVersion(this.version);
  }
}
