// Most of these tests wait for the database or for a clock, so two at once, as the cores would have it, leave the cores idle.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
