/** An engine failed, or did not answer in time: that says nothing of the object, and is no result. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
}

/** What the work gave, or the fault that kept it from giving anything. Everything else that goes wrong is thrown. */
export async function orFault<Result>(work: Promise<Result>): Promise<Result | EngineFault> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof EngineFault) return error;
    throw error;
  }
}
