using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Pipeline.Storage.S3;

/// <summary>Cloudflare's names for the settings, such as <c>R2_ACCOUNT_ID</c>, as an alternative to <c>Storage:S3</c>.</summary>
internal static class R2Settings
{
    /// <summary>Each required setting and the environment variable that can set it.</summary>
    public static readonly IReadOnlyList<(string Setting, string PlainName, Func<S3AreaOptions, object?> Value)> Required =
    [
        (nameof(S3AreaOptions.ServiceUrl), "R2_ACCOUNT_ID", options => options.ServiceUrl),
        (nameof(S3AreaOptions.AccessKeyId), "R2_ACCESS_KEY_ID", options => options.AccessKeyId),
        (nameof(S3AreaOptions.SecretAccessKey), "R2_SECRET_ACCESS_KEY", options => options.SecretAccessKey),
        (nameof(S3AreaOptions.Bucket), "R2_BUCKET_NAME", options => options.Bucket),
        (nameof(S3AreaOptions.PublicUrl), "R2_PUBLIC_URL", options => options.PublicUrl),
    ];

    public static void Fill(S3StorageOptions options, IConfiguration configuration)
    {
        options.ServiceUrl = Given("R2_ACCOUNT_ID") is { } account ? Url($"https://{account}.r2.cloudflarestorage.com") : null;
        options.AccessKeyId = Given("R2_ACCESS_KEY_ID");
        options.SecretAccessKey = Given("R2_SECRET_ACCESS_KEY");
        options.Bucket = Given("R2_BUCKET_NAME");
        options.PublicUrl = Given("R2_PUBLIC_URL") is { } url ? Url(url) : null;

        string? Given(string name) => configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
    }

    // Invalid URLs are kept as text, so that the options check can show them.
    private static Uri Url(string text) => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var url) ? url : new Uri(Uri.EscapeDataString(text), UriKind.Relative);
}

/// <summary>Checks that each area in use has every required setting, from its own section or from the shared one.</summary>
internal sealed class S3Completeness(IConfiguration configuration, params IReadOnlyList<string> areas) : IValidateOptions<S3StorageOptions>
{
    public static readonly IReadOnlyList<string> AllAreas =
        [nameof(S3AreasOptions.Incoming), nameof(S3AreasOptions.Originals), nameof(S3AreasOptions.Public), nameof(S3AreasOptions.Quarantine)];

    public ValidateOptionsResult Validate(string? name, S3StorageOptions options)
    {
        var missing = R2Settings.Required.Where(required => required.Value(options) is null && !IsChained(required.Setting, options) && !IsGivenByAreas(required.Setting))
            .Select(required => $"`{required.PlainName}` (`{S3StorageOptions.Section}:{required.Setting}`) is missing")
            .ToList();
        if (configuration["R2_ACCOUNT_ID"]?.Trim() is { } account && account.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')))
            missing.Add($"`R2_ACCOUNT_ID` must be an account's id, was '{account}'");
        return missing.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(missing);
    }

    // The chain replaces the key, except in an area that asks for one.
    private bool IsChained(string setting, S3StorageOptions options) => setting is nameof(S3AreaOptions.AccessKeyId) or nameof(S3AreaOptions.SecretAccessKey)
        && areas.All(area => UsesChain(area, options) || !string.IsNullOrWhiteSpace(configuration[$"{S3AreasOptions.Section}:{area}:{setting}"]));

    private bool UsesChain(string area, S3StorageOptions shared) => S3AreaSettings.UsesChain(
        new S3AreaOptions
        {
            Credentials = Enum.TryParse<S3CredentialSource>(configuration[$"{S3AreasOptions.Section}:{area}:{nameof(S3AreaOptions.Credentials)}"], ignoreCase: true, out var own) ? own : null,
            AccessKeyId = configuration[$"{S3AreasOptions.Section}:{area}:{nameof(S3AreaOptions.AccessKeyId)}"],
        },
        shared);

    private bool IsGivenByAreas(string setting) => areas
        .Where(area => setting != nameof(S3AreaOptions.PublicUrl) || area == nameof(S3AreasOptions.Public))
        .All(area => !string.IsNullOrWhiteSpace(configuration[$"{S3AreasOptions.Section}:{area}:{setting}"]));
}
