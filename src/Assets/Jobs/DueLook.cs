using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Grouping;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Jobs;

/// <summary>
/// Looks for due work. The timers of the sweeps end together, and one query answers all that ask meanwhile: on an idle installation it replaces a
/// transaction of each sweep.
/// </summary>
internal sealed class DueLook
{
    private const int MostQuestions = 64;

    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly Grouper<TaskCompletionSource<SweepWork>> _questions;

    public DueLook(IServiceScopeFactory scopes, TimeProvider time)
    {
        (_scopes, _time) = (scopes, time);
        _questions = new Grouper<TaskCompletionSource<SweepWork>>(handlers: 1, MostQuestions, AnswerAsync);
    }

    /// <returns>As a query says that begins after this call.</returns>
    public Task<SweepWork> LookAsync(CancellationToken cancellationToken)
    {
        var question = new TaskCompletionSource<SweepWork>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions.Add(question);
        return question.Task.WaitAsync(cancellationToken);
    }

    private async Task AnswerAsync(IReadOnlyList<TaskCompletionSource<SweepWork>> group)
    {
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            var due = await SweepWork.ReadAsync(scope.ServiceProvider.GetRequiredService<AssetDbContext>(), _time.GetUtcNow(), CancellationToken.None);
            foreach (var question in group) question.TrySetResult(due);
        }
        catch (Exception e) when (Fail(group, e))
        {
            // Each sweep runs, and reports what is wrong.
        }
    }

    private static bool Fail(IReadOnlyList<TaskCompletionSource<SweepWork>> group, Exception exception)
    {
        foreach (var question in group)
        {
            question.TrySetException(exception);

            // A sweep whose host stops does not wait for it any more.
            _ = question.Task.Exception;
        }

        return true;
    }
}
