using Microsoft.Extensions.DependencyInjection;

namespace Pipeline.Hosting;

/// <summary>What a person should do when a part fails, by the name of the part: for anyone to read, without addresses.</summary>
public sealed class HealthActions
{
    private readonly Dictionary<string, string> _actions = new(StringComparer.Ordinal);

    /// <summary>The action for a part; a general one if its owner named none.</summary>
    public string this[string part]
    {
        get => _actions.GetValueOrDefault(part, "Read this host's log: it has the exact error.");
        set => _actions[part] = value;
    }
}

public static class HealthActionsRegistration
{
    /// <summary>Says what to do when the part fails.</summary>
    public static IServiceCollection AddHealthAction(this IServiceCollection services, string part, string action) => services.Configure<HealthActions>(actions => actions[part] = action);
}
