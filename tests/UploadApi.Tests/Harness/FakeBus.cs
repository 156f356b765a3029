using System.Reflection;
using MassTransit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>A bus that does with a publish what the test says; all else of it throws. For what a real bus cannot be made to do: break, hang, die.</summary>
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
