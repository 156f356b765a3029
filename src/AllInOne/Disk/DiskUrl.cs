using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Disk;

/// <summary>Converts between ASP.NET Core's query and results and the signer's types.</summary>
internal static class DiskUrl
{
    public static IReadOnlyCollection<KeyValuePair<string, string>> Fields(IQueryCollection query) =>
        [.. query.SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")))];

    public static DiskError? Refusal(DiskUrlCheck check) => check switch
    {
        DiskUrlCheck.Valid or DiskUrlCheck.ValidPart => null,
        DiskUrlCheck.Expired => DiskError.Expired,
        DiskUrlCheck.Forged => DiskError.SignatureDoesNotMatch,
        _ => DiskError.AccessDenied,
    };
}
