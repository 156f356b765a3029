namespace Pipeline.Storage.Costs;

/// <summary>A kind of requests that is counted.</summary>
/// <param name="Area">incoming, originals, public, private, quarantine or other.</param>
/// <param name="Operation">One of <see cref="StoreOperation"/>.</param>
/// <param name="Cause">Why the request was sent; see <see cref="StoreCause"/>.</param>
public sealed record CountedRequest(string Area, string Operation, string Cause);

/// <summary>The requests to object stores as providers bill them.</summary>
public static class StoreOperation
{
    public const string Put = "put";
    public const string Copy = "copy";
    public const string List = "list";
    public const string Get = "get";
    public const string Head = "head";
    public const string Delete = "delete";

    public static IReadOnlyList<string> All { get; } = [Put, Copy, List, Get, Head, Delete];

    /// <summary>A or B; null for deletions, which cost nothing.</summary>
    public static string? ClassOf(string operation) => operation switch
    {
        Put or Copy or List => "A",
        Get or Head => "B",
        _ => null,
    };
}

/// <summary>Counts this process's requests to object stores, each attempt by itself because each is billed.</summary>
public sealed class StoreRequestCounts
{
    private static readonly (string Area, string Prefix)[] Areas =
        [("incoming", ObjectKey.IncomingArea), ("originals", ObjectKey.OriginalsArea), ("public", ObjectKey.PublicArea), ("private", ObjectKey.PrivateArea), ("quarantine", "quarantine/")];

    private readonly Lock _gate = new();
    private Dictionary<CountedRequest, long> _counts = [];

    /// <summary>The area of a key, or of the prefix of a listing.</summary>
    public static string AreaOf(string key) => Areas.FirstOrDefault(area => key.StartsWith(area.Prefix, StringComparison.Ordinal)).Area ?? "other";

    /// <summary>The names of the areas.</summary>
    public static IReadOnlyList<string> AreaNames { get; } = [.. Areas.Select(area => area.Area), "other"];

    public void Add(string key, string operation, string? cause = null, long count = 1) => Add(new CountedRequest(AreaOf(key), operation, cause ?? StoreCause.Current), count);

    public void Add(CountedRequest request, long count)
    {
        lock (_gate) _counts[request] = _counts.GetValueOrDefault(request) + count;
    }

    /// <summary>Takes what was counted since the last call. If it cannot be stored, <see cref="Add(CountedRequest, long)"/> gives it back.</summary>
    public IReadOnlyList<KeyValuePair<CountedRequest, long>> Take()
    {
        lock (_gate)
        {
            var taken = _counts;
            _counts = [];
            return [.. taken];
        }
    }
}

/// <summary>Why requests are sent, for all calls below it.</summary>
public static class StoreCause
{
    /// <summary>Uploads of clients by presigned URLs.</summary>
    public const string Upload = "upload";

    /// <summary>Requests of the API's users: confirms, downloads.</summary>
    public const string Request = "request";

    /// <summary>Workers: fetch, freeze, publish.</summary>
    public const string Publish = "publish";

    /// <summary>Cleanup of objects that no asset needs.</summary>
    public const string Tidy = "tidy";

    /// <summary>Workers: scans of published originals with newer signatures.</summary>
    public const string Rescan = "rescan";

    /// <summary>Comparison of bucket and table.</summary>
    public const string Reconcile = "reconcile";

    /// <summary>Manifests beside originals, and rows made from them.</summary>
    public const string Manifest = "manifest";

    /// <summary>Copies from one store to another.</summary>
    public const string Migrate = "migrate";

    /// <summary>Health checks and the doctor.</summary>
    public const string Check = "check";

    private static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>The cause of the current call.</summary>
    public static string Current => Ambient.Value ?? Request;

    /// <summary>Sets the cause until it is disposed.</summary>
    public static IDisposable Begin(string cause)
    {
        var before = Ambient.Value;
        Ambient.Value = cause;
        return new Scope(before);
    }

    private sealed class Scope(string? before) : IDisposable
    {
        public void Dispose() => Ambient.Value = before;
    }
}
