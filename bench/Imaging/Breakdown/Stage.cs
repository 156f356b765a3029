namespace Pipeline.Bench.Imaging.Breakdown;

/// <summary>A part of the work.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Ours">CPU milliseconds in the engine.</param>
/// <param name="Floor">CPU milliseconds that the bare codecs take for it.</param>
internal sealed record Stage(string Name, double Ours, double Floor);
