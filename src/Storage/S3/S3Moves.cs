using Microsoft.Extensions.Options;

namespace Pipeline.Storage.S3;

/// <summary>Checks that each area that also writes to a target names one that fits.</summary>
internal sealed class S3Moves(IOptions<S3TargetsOptions> targets, IOptions<S3StorageOptions> shared) : IValidateOptions<S3AreasOptions>
{
    public ValidateOptionsResult Validate(string? name, S3AreasOptions options)
    {
        try
        {
            var faults = options.Named().Where(area => area.Options.AlsoWriteTo is not null).Select(area => Fault(area.Name, area.Options, options)).OfType<string>().ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
        catch (OptionsValidationException)
        {
            // The other sections have faults of their own, which are reported there.
            return ValidateOptionsResult.Success;
        }
    }

    private string? Fault(string area, S3AreaOptions own, S3AreasOptions all)
    {
        var setting = $"`{S3AreasOptions.Section}:{area}:{nameof(own.AlsoWriteTo)}`";
        if (area == nameof(all.Incoming)) return $"{setting}: clients write uploads to one store only, so this area does not move by a run";
        if (!targets.Value.ByName.TryGetValue(own.AlsoWriteTo!, out var target))
            return $"{setting} must be a target of `{S3TargetsOptions.Section}`{(targets.Value.ByName.Count == 0 ? ", which has none" : $": {string.Join(", ", targets.Value.ByName.Keys.Order(StringComparer.Ordinal))}")}";
        if (area == nameof(all.Public) && target.PublicUrl is null) return $"`{S3TargetsOptions.Section}:{own.AlsoWriteTo}:{nameof(target.PublicUrl)}` is missing: the public area also writes to this target";

        // Required settings that are missing are reported elsewhere.
        if ((target.ServiceUrl ?? shared.Value.ServiceUrl) is null || (target.Bucket ?? shared.Value.Bucket) is null || (own.ServiceUrl ?? shared.Value.ServiceUrl) is null || (own.Bucket ?? shared.Value.Bucket) is null) return null;
        var here = area == nameof(all.Private) ? S3AreaSettings.OfPrivate(all, shared.Value) : S3AreaSettings.Of(own, shared.Value);
        return S3AreaSettings.OfTarget(target, shared.Value).ToString() == here.ToString() ? $"{setting} names the place where the area is already" : null;
    }
}
