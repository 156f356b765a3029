using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Pipeline.Imaging.Profiles;

/// <summary>Reports all faults of the profiles at once.</summary>
internal sealed class ImagingOptionsValidator(IConfiguration configuration) : IValidateOptions<ImagingOptions>
{
    public ValidateOptionsResult Validate(string? name, ImagingOptions options)
    {
        _ = ProfileSection.Read(configuration, out var faults);
        faults.AddRange(options.Profiles.SelectMany(profile => ProfileRules.Faults(profile.Key, profile.Value)));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
