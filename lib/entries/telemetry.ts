/**
 * `hyperv-job-errors/telemetry`: failures as OpenTelemetry log records and as ECS documents. Pure functions without
 * dependencies, for any OS; the application sends what they return.
 */
export type { FieldValue } from '../telemetry/attributes'
export { type EcsDocument, type EcsValue, toEcsDocuments } from '../telemetry/ecs'
export type { Failure, Redact, TelemetryOptions } from '../telemetry/failure'
export { type OtelLogRecord, toOtelLogRecords } from '../telemetry/otel'
