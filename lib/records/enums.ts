/** Every documented enumeration of the error and job classes, and {@link nameOf} to label a number. */
export * from './enum-error'
export * from './enum-job'
export * from './enum-status'
export { type Enumeration, type NameRange, nameOf } from './enumeration'
