namespace GraphTune.Engine;

/// <summary>How a number is stored in a file. Arithmetic is always float32; these are storage formats.</summary>
public enum DType
{
    /// <summary>IEEE 754 binary64, 8 bytes.</summary>
    F64,
    /// <summary>IEEE 754 binary32, 4 bytes.</summary>
    F32,
    /// <summary>IEEE 754 binary16, 2 bytes.</summary>
    F16,
    /// <summary>The upper half of a binary32, 2 bytes.</summary>
    BF16,
    /// <summary>Signed integer, 8 bytes.</summary>
    I64,
    /// <summary>Signed integer, 4 bytes.</summary>
    I32,
    /// <summary>Signed integer, 2 bytes.</summary>
    I16,
    /// <summary>Signed integer, 1 byte.</summary>
    I8,
    /// <summary>Unsigned integer, 1 byte.</summary>
    U8,
    /// <summary>False or true as 0 or 1, 1 byte.</summary>
    BOOL,
}

/// <summary>Facts about each <see cref="DType"/>.</summary>
public static class DTypes
{
    extension(DType type)
    {
        /// <summary>Bytes of one number.</summary>
        public int Size => type switch
        {
            DType.F64 or DType.I64 => 8,
            DType.F32 or DType.I32 => 4,
            DType.F16 or DType.BF16 or DType.I16 => 2,
            _ => 1,
        };

        /// <summary>Whether the numbers are whole.</summary>
        public bool IsInteger => type is DType.I64 or DType.I32 or DType.I16 or DType.I8 or DType.U8 or DType.BOOL;
    }
}
