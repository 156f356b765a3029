using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Processor.Diagnosis;

/// <summary>A check that only a worker can run, because it has the scanner, the imaging libraries and the worker's keys.</summary>
internal interface IWorkerCheck : IDiagnosticCheck;
