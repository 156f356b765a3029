using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Storage.S3;

/// <summary>
/// Stores to which areas can move. Sections <c>Storage:Targets:NAME</c> with the keys of an area; each setting that is missing there is taken from
/// <c>Storage:S3</c>, except for the prefix and the key: a target at another address needs its own.
/// </summary>
public sealed partial class S3TargetsOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Storage:Targets";

    /// <summary>By name; upper and lower case are the same.</summary>
    internal Dictionary<string, S3AreaOptions> ByName { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => ByName.SelectMany(target => Faults(target.Key, target.Value)).Select(fault => new ValidationResult(fault));

    private static IEnumerable<string> Faults(string name, S3AreaOptions target)
    {
        var section = $"{Section}:{name}";
        if (!Name().IsMatch(name)) yield return $"`{Section}` has a target '{Credentials.Hide(name)}': a name must be 1 to 32 of a-z 0-9 -";
        foreach (var fault in target.Faults(section)) yield return fault;
        if (target.AlsoWriteTo is not null) yield return $"`{section}:{nameof(target.AlsoWriteTo)}` is for areas: a target writes to no other target";
        if (target.Bucket is null && target.ServiceUrl is null && target.Prefix is null) yield return $"`{section}` needs a {nameof(target.Bucket)}, a {nameof(target.ServiceUrl)} or a {nameof(target.Prefix)} of its own";

        // The shared key would go to a server that it is not for.
        if (target.ServiceUrl is not null && target.SignWith != S3CredentialSource.Chain && (target.AccessKeyId is null || target.SecretAccessKey is null))
            yield return $"`{section}:{nameof(target.AccessKeyId)}` and `{section}:{nameof(target.SecretAccessKey)}` are missing: another address needs its own key, or `{section}:{nameof(target.SignWith)}` Chain";
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Name();
}
