namespace Pipeline.Assets.Limits;

/// <summary>A limit that does not leave enough for a request.</summary>
/// <param name="Kind">The limit.</param>
/// <param name="Max">Its size.</param>
/// <param name="Used">The amount that is used without the request.</param>
/// <param name="Requested">What the request needs.</param>
/// <param name="ResetsAt">When all of it is left again; null for a limit of what is stored.</param>
public sealed record ReachedLimit(LimitKind Kind, long Max, long Used, long Requested, DateTimeOffset? ResetsAt)
{
    /// <param name="after">The counters as they are with the request.</param>
    /// <param name="files">The files of the request.</param>
    /// <param name="bytes">The bytes of the request.</param>
    /// <param name="options">The limits.</param>
    /// <returns>Null if all limits leave enough. A full storage comes first, because no wait ends it.</returns>
    public static ReachedLimit? Find(IReadOnlyList<UsageCounter> after, int files, long bytes, LimitsOptions options)
    {
        foreach (var kind in LimitKind.All)
        {
            if (kind.MaxIn(options) is not { } max || after.SingleOrDefault(kind.IsCountedBy) is not { } counter) continue;
            var requested = kind.IsOfFiles ? files : bytes;
            if (kind.UsedIn(counter) > max)
                return new ReachedLimit(kind, max, kind.UsedIn(counter) - requested, requested, kind.IsOfDay ? UsageCounter.EndOf(counter.Day) : null);
        }

        return null;
    }

    /// <returns>The bytes that all limits leave for one request; null if a limit of files is reached. With the parameters of <see cref="Find"/>.</returns>
    internal static long? BytesLeft(IReadOnlyList<UsageCounter> after, int files, long bytes, LimitsOptions options)
    {
        var left = long.MaxValue;
        foreach (var kind in LimitKind.All)
        {
            if (kind.MaxIn(options) is not { } max || after.SingleOrDefault(kind.IsCountedBy) is not { } counter) continue;
            if (kind.IsOfFiles && kind.UsedIn(counter) > max) return null;
            if (!kind.IsOfFiles) left = Math.Min(left, max - (kind.UsedIn(counter) - bytes));
        }

        return left;
    }
}

/// <summary>One of the limits of what may be uploaded.</summary>
public sealed class LimitKind
{
    private readonly Func<LimitsOptions, long> _max;

    private LimitKind(string name, string key, bool isOfTenant, bool isOfDay, bool isOfFiles, Func<LimitsOptions, long> max) =>
        (Name, Key, IsOfTenant, IsOfDay, IsOfFiles, _max) = (name, key, isOfTenant, isOfDay, isOfFiles, max);

    /// <summary>All limits. Those of the storage come first.</summary>
    public static IReadOnlyList<LimitKind> All { get; } =
    [
        new("user_bytes_stored", "Limits:User:BytesStored", isOfTenant: false, isOfDay: false, isOfFiles: false, o => o.User.BytesStored),
        new("tenant_bytes_stored", "Limits:Tenant:BytesStored", isOfTenant: true, isOfDay: false, isOfFiles: false, o => o.Tenant.BytesStored),
        new("user_files_per_day", "Limits:User:FilesPerDay", isOfTenant: false, isOfDay: true, isOfFiles: true, o => o.User.FilesPerDay),
        new("user_bytes_per_day", "Limits:User:BytesPerDay", isOfTenant: false, isOfDay: true, isOfFiles: false, o => o.User.BytesPerDay),
        new("tenant_files_per_day", "Limits:Tenant:FilesPerDay", isOfTenant: true, isOfDay: true, isOfFiles: true, o => o.Tenant.FilesPerDay),
        new("tenant_bytes_per_day", "Limits:Tenant:BytesPerDay", isOfTenant: true, isOfDay: true, isOfFiles: false, o => o.Tenant.BytesPerDay),
    ];

    /// <summary>The name that clients see.</summary>
    public string Name { get; }

    /// <summary>The setting.</summary>
    public string Key { get; }

    /// <summary>Counts all users of a tenant; else one user.</summary>
    public bool IsOfTenant { get; }

    /// <summary>Counts one day; else what is stored.</summary>
    public bool IsOfDay { get; }

    /// <summary>Counts files; else bytes.</summary>
    public bool IsOfFiles { get; }

    /// <summary>Null for no limit.</summary>
    public long? MaxIn(LimitsOptions options) => _max(options) is > 0 and var max ? max : null;

    /// <summary>Whether the counter counts what is limited.</summary>
    public bool IsCountedBy(UsageCounter counter) =>
        IsOfTenant == (counter.UserId == UsageCounter.WholeTenant) && IsOfDay == (counter.Day != UsageCounter.Stored);

    public long UsedIn(UsageCounter counter) => IsOfFiles ? counter.Files : counter.Bytes;
}
