using System.Reflection;
using MassTransit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>A bus whose publish does what the test sets, for faults that a real bus cannot be made to have: break, hang, die. All other members throw.</summary>
public class FakeBus : DispatchProxy
{
    private Func<object, CancellationToken, Task>? _publish;

    public static IBus That(Func<object, CancellationToken, Task> publish)
    {
        var bus = Create<IBus, FakeBus>();
        ((FakeBus)bus)._publish = publish;
        return bus;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (targetMethod?.Name, args) switch
    {
        (nameof(IBus.Publish), [{ } message, Type, CancellationToken token]) => _publish!(message, token),
        _ => throw new NotSupportedException(targetMethod?.Name),
    };
}
