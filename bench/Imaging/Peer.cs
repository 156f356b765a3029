namespace Pipeline.Bench.Imaging;

/// <summary>An implementation that works in its own process.</summary>
/// <param name="Name">Name in the tables and in the JSON.</param>
/// <param name="What">Description for the reader.</param>
internal sealed record Peer(string Name, string What)
{
    public static readonly Peer Ours = new("ours", "the engine as the hosts have it, with all processes that it starts");
    public static readonly Peer InProcess = new("inProcess", "the engine without a process of its own");
    public static readonly Peer Fast = new("fast", "ours with WebP method 2");
    public static readonly Peer SharpEach = new("sharpEach", "sharp, a pipeline from the file for each variant");
    public static readonly Peer SharpClone = new("sharpClone", "sharp, one pipeline and clone() for each variant");
    public static readonly Peer SharpBest = new("sharpBest", "sharp, decoded once, each size from the larger one");
    public static readonly Peer Floor = new("floor", "libjpeg-turbo decodes, libjpeg-turbo and libwebp encode, nothing else");

    /// <summary>The peers with which ours is compared.</summary>
    public static IReadOnlyList<Peer> Others => [SharpEach, SharpClone, SharpBest, Floor];

    public static IReadOnlyList<Peer> All => [Ours, SharpEach, SharpClone, SharpBest, Floor, InProcess, Fast];

    public bool IsSharp => Name.StartsWith("sharp", StringComparison.Ordinal);
}
