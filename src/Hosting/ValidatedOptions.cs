using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>Options that are validated when the host starts: every wrong or unknown key is reported, all at once.</summary>
public static class ValidatedOptions
{
    /// <summary>Binds a section and validates it at the start with the attributes of its type.</summary>
    /// <param name="section">The section, such as <c>Uploads</c> or <c>Processor:Limits</c>.</param>
    /// <param name="defaults">Sets values that the section does not; runs before the section is bound.</param>
    public static OptionsBuilder<T> AddValidatedOptions<T>(
        this IServiceCollection services, IConfiguration configuration, string section, Action<T>? defaults = null)
        where T : class
    {
        var part = configuration.GetSection(section);
        services.AddSingleton<IValidateOptions<T>>(new SectionValidator<T>(part));
        return services.AddOptions<T>()
            .Configure(options => defaults?.Invoke(options))
            .Configure(options => SectionBinder.Bind(part, options))
            .ValidateOnStart();
    }

    /// <summary>Refuses unknown keys directly below a section.</summary>
    public static IServiceCollection AllowSections(
        this IServiceCollection services, IConfiguration configuration, string section, params IReadOnlyList<string> known)
    {
        var part = configuration.GetSection(section);
        foreach (var child in part.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            services.AddOptions<KnownSections>(child.Path)
                .Validate(_ => false, $"`{child.Path}` is not a known setting; known are {string.Join(", ", known)}")
                .ValidateOnStart();
        }

        return services;
    }

    /// <summary>Refuses a section under its former name, because its settings would be ignored silently.</summary>
    public static IServiceCollection RefuseRenamed(this IServiceCollection services, IConfiguration configuration, string former, string section)
    {
        if (!configuration.GetSection(former).Exists()) return services;
        services.AddOptions<KnownSections>(former).Validate(_ => false, $"`{former}` is called `{section}` now: rename its settings").ValidateOnStart();
        return services;
    }

    /// <summary>Reads options before the services exist, for a composition root; throws as the start would.</summary>
    /// <exception cref="OptionsValidationException">Lists all faults.</exception>
    public static T Read<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        var (part, options) = (configuration.GetSection(section), new T());
        SectionBinder.Bind(part, options);
        var result = new SectionValidator<T>(part).Validate(name: null, options);
        return result.Failed ? throw new OptionsValidationException(section, typeof(T), result.Failures) : options;
    }

    private sealed class KnownSections;

    private sealed class SectionValidator<T>(IConfigurationSection section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var unbound = SectionBinder.Errors(section, options).ToList();
            var errors = unbound.Select(u => u.Error)
                .Concat(OptionsErrors.UnknownKeys(section, typeof(T)))
                .Concat(OptionsErrors.WrongValues(section.Path, options, unbound.Select(u => u.Key).ToHashSet(StringComparer.OrdinalIgnoreCase)))
                .ToList();
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}
