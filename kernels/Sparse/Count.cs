namespace GraphTune.Kernels;

/// <summary>A number that the compiler knows: a loop over as many vectors or rows is one of its own, without a condition.</summary>
internal interface ICount
{
    /// <summary>The number.</summary>
    static abstract int Count { get; }
}

internal readonly struct V0 : ICount { public static int Count => 0; }
internal readonly struct V1 : ICount { public static int Count => 1; }
internal readonly struct V2 : ICount { public static int Count => 2; }
internal readonly struct V3 : ICount { public static int Count => 3; }
internal readonly struct V4 : ICount { public static int Count => 4; }
internal readonly struct V5 : ICount { public static int Count => 5; }
internal readonly struct V6 : ICount { public static int Count => 6; }
internal readonly struct V7 : ICount { public static int Count => 7; }
internal readonly struct V8 : ICount { public static int Count => 8; }
internal readonly struct V9 : ICount { public static int Count => 9; }
internal readonly struct V10 : ICount { public static int Count => 10; }
internal readonly struct V11 : ICount { public static int Count => 11; }
internal readonly struct V12 : ICount { public static int Count => 12; }
internal readonly struct V13 : ICount { public static int Count => 13; }
