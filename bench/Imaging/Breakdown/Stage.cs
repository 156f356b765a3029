namespace Pipeline.Bench.Imaging.Breakdown;

/// <summary>A part of the work.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Ours">CPU milliseconds in the engine.</param>
/// <param name="Floor">CPU milliseconds of the bare codecs for it.</param>
internal sealed record Stage(string Name, double Ours, double Floor);
