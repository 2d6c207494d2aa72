/** A simulated Hyper-V host for tests, on any OS. */

export type { Call as SimulatedCall } from '../testing/faults'
export type {
  Operation,
  Scenario,
  ScenarioAnswer,
  ScenarioEvent,
  ScenarioEvents,
  ScenarioFault,
  ScenarioInstance,
  ScenarioJob,
  ScenarioMethod,
  ScenarioMethodAnswer,
  ScenarioProperties,
  ScenarioValue,
  Shape,
} from '../testing/scenario'
export { SCENARIO_SCHEMA as scenarioSchema } from '../testing/scenario-schema'
export type { Schema, SchemaType } from '../testing/schema'
export {
  type Hanging,
  type JobEnd,
  type NextFault,
  type SimulatedHost,
  type SimulatedJobRef,
  type SubscriptionState,
  simulate,
} from '../testing/simulate'
