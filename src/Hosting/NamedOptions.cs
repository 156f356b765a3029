using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>Options of a section whose children have names that the operator chooses, such as <c>Storage:Targets:r2</c>.</summary>
public static class NamedOptions
{
    /// <summary>Binds each child, and validates all of them at the start.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="section">The section.</param>
    /// <param name="childrenOf">Where the options keep their children.</param>
    public static IServiceCollection AddNamedOptions<TOptions, TChild>(
        this IServiceCollection services, IConfiguration configuration, string section, Func<TOptions, IDictionary<string, TChild>> childrenOf)
        where TOptions : class
        where TChild : class, new()
    {
        var part = configuration.GetSection(section);
        services.AddSingleton<IValidateOptions<TOptions>>(new Validator<TOptions, TChild>(part));
        services.AddOptions<TOptions>()
            .Configure(options =>
            {
                foreach (var child in part.GetChildren()) SectionBinder.Bind(child, childrenOf(options)[child.Key] = new TChild());
            })
            .ValidateOnStart();
        return services;
    }

    private sealed class Validator<TOptions, TChild>(IConfigurationSection section) : IValidateOptions<TOptions>
        where TOptions : class
        where TChild : class, new()
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var errors = section.GetChildren()
                .SelectMany(child => SectionBinder.Errors(child, new TChild()).Select(unbound => unbound.Error).Concat(OptionsErrors.UnknownKeys(child, typeof(TChild))))
                .Concat(options is IValidatableObject self ? self.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage!) : [])
                .ToList();
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}
