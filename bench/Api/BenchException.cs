namespace Pipeline.Bench.Api;

/// <summary>Ends the benchmark with one line.</summary>
internal sealed class BenchException(string message) : Exception(message);
